//! Column types that only the database needs: JSON lists with a typed face.
