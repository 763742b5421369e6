//! Who may do what. Answers are proofs that the writing functions ask for.
