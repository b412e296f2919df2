"""What changes of accounts and teams are refused for: a code; the words are the face's."""


class AccountError(Exception):
    """Nothing was changed. Codes: `owner_only`, `not_found`, `address_taken`, `name_taken`,
    `last_owner`, `yourself`, `own_second_factor`, `started_already`, `not_a_leader`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
