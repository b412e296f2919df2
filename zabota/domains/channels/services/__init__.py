"""What channels do: one function is one use case in one short transaction."""

from zabota.domains.channels.services.inbound import Counts as Counts
from zabota.domains.channels.services.inbound import NotUnreadable as NotUnreadable
from zabota.domains.channels.services.inbound import process_new as process_new
from zabota.domains.channels.services.inbound import release_claims as release_claims
from zabota.domains.channels.services.inbound import try_again as try_again
from zabota.domains.channels.services.storing import RawMail as RawMail
from zabota.domains.channels.services.storing import Refused as Refused
from zabota.domains.channels.services.storing import Stored as Stored
from zabota.domains.channels.services.storing import store_raw as store_raw
