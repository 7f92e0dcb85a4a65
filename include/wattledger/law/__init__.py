"""The law: the register of documents in ``law/``, and how rules, parameters and tariffs cite them.

model      a document, and a citation of one
register   reading ``law/``; what holds in a jurisdiction
reference  a citation resolved and put into words
uses       what rests on a document

Belongs here: documents and citations. What a rule demands stands in the rule, a number of law in ``parameters/``.
"""

from wattledger.law.model import Citation, Document, Words, holds_in
from wattledger.law.reference import Reference, references, resolve
from wattledger.law.register import Register, load_register

__all__ = [
    "Citation",
    "Document",
    "Reference",
    "Register",
    "Words",
    "holds_in",
    "load_register",
    "references",
    "resolve",
]
