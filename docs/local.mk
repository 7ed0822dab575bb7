# docs: the manual in prose. man/ has the reference.
dist_doc_DATA = README docs/protocol.md
