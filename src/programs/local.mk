# src/programs: the mains
