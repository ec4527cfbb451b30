//! Identifier-aware words, stems and the static embedding table; pure.
