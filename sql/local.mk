# sql: the schema, and the statements that are built into the programs
