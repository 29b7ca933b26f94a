//! What can go wrong with letters, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T4101",
        "A letter's template cannot be read",
        "A template of templates/letters is no sound text for the template language. Example: {% if x %} without \
         {% endif %}. No letter was written.",
        "Correct the named line; docs/letters.md shows the language.",
    ),
    (
        "T4102",
        "A letter's template asks for what is not there",
        "A name in a template is none that letters have, or a part is not in the folder. A hole in a letter would be \
         worse than no letter. Example: {{ custmer.name }} instead of {{ customer.name }}.",
        "Use one of the names in docs/letters.md.",
    ),
    (
        "T4103",
        "A template's name is nearly that of a letter",
        "A template that no letter is written from would never be seen. Example: remider.html instead of \
         reminder.html.",
        "Rename the file; parts that other templates include may have any other name.",
    ),
    (
        "T4104",
        "Nobody is named who writes",
        "A letter without a sender is none. Example: an entity with open items, and no [letters] in close.toml.",
        "Add [letters] with sender, address, contact and payment; [letters.entity.ID] says what differs for an entity.",
    ),
];
