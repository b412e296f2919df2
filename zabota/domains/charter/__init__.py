"""The charter: the company's service standard as one versioned document, made of sections.

A domain adds a section of its own in five lines:

1. In its `rules` a class `class Answers(sections.Section)` with `name: ClassVar[str] = "answers"`;
2. its fields, typed; texts to customers are `kernel.text.texts.Text` or a subclass of it;
3. `defaults/charter/answers.toml` in the domain's package, complete, each value with the
   requirement it comes from in a comment;
4. the class in `SECTIONS` of `config/wiring.py`;
5. read it: `charter.queries.in_force(at=at).section(Answers, scope=Scope(brand=brand.pk)).limit`.

Each value can be overridden for a brand, a channel, a segment, a relationship type and a customer,
the later the stronger. Overrides are merge patches (RFC 7396): objects are merged, lists and
single values replaced, null takes a value of a weaker level away. What a value means, and what
follows from it, is its domain's.
"""
