# SPDX-License-Identifier: ISC
# docs: the manual in prose. man/ has the reference.
dist_doc_DATA = README docs/alerts.md docs/architecture.md docs/configuration.md docs/connect.md docs/console.md docs/faq.md docs/glossary.md docs/guarantees.md docs/hosts.md docs/install.md docs/letters.md docs/models.md docs/operations.md docs/operator-api.md docs/page.png docs/people-api.md docs/platform.md docs/protocol.md docs/security.md docs/tls.md
