//! The model's tensors, found in a safetensors file and left where they are.

use serde_json::Value;

use crate::DIM;

/// How many layers the model has.
pub(crate) const LAYERS: usize = 6;
/// The width of a layer's feed-forward part.
pub(crate) const WIDE: usize = 1536;
/// How many word pieces the model knows.
const PIECES: usize = 30522;
/// How many places in a text the model knows.
const PLACES: usize = 512;

/// Why weights could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file is cut off, or no safetensors file.
    #[error("the weights are not a safetensors file: {0}")]
    Format(&'static str),
    /// The table of tensors is not JSON.
    #[error("the weights' table of tensors cannot be read")]
    Table(#[source] serde_json::Error),
    /// A tensor of this model is absent or differs.
    #[error("the weights are of another model: tensor `{name}` is {problem}")]
    Tensor {
        /// The tensor's name in the file.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

/// A linear layer: `out` rows of `in` numbers, and `out` biases.
#[derive(Debug)]
pub(crate) struct Linear<'a> {
    pub(crate) weight: &'a [f32],
    pub(crate) bias: &'a [f32],
}

/// A layer normalisation.
#[derive(Debug)]
pub(crate) struct Norm<'a> {
    pub(crate) gain: &'a [f32],
    pub(crate) bias: &'a [f32],
}

/// One transformer layer.
#[derive(Debug)]
pub(crate) struct Layer<'a> {
    pub(crate) query: Linear<'a>,
    pub(crate) key: Linear<'a>,
    pub(crate) value: Linear<'a>,
    pub(crate) attended: Linear<'a>,
    pub(crate) attended_norm: Norm<'a>,
    pub(crate) wide: Linear<'a>,
    pub(crate) narrow: Linear<'a>,
    pub(crate) narrow_norm: Norm<'a>,
}

/// All tensors of the model.
#[derive(Debug)]
pub(crate) struct Weights<'a> {
    pub(crate) pieces: &'a [f32],
    pub(crate) places: &'a [f32],
    pub(crate) segment: &'a [f32],
    pub(crate) norm: Norm<'a>,
    pub(crate) layers: Vec<Layer<'a>>,
}

/// The tensors of a file by name.
struct Tensors<'a> {
    table: Value,
    numbers: &'a [u8],
}

impl<'a> Weights<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, WeightsError> {
        let tensors = Tensors::parse(bytes)?;
        let linear =
            |name: &str, rows: usize, columns: usize| -> Result<Linear<'a>, WeightsError> {
                Ok(Linear {
                    weight: tensors.get(&format!("{name}.weight"), &[rows, columns])?,
                    bias: tensors.get(&format!("{name}.bias"), &[rows])?,
                })
            };
        let norm = |name: &str| -> Result<Norm<'a>, WeightsError> {
            Ok(Norm {
                gain: tensors.get(&format!("{name}.weight"), &[DIM])?,
                bias: tensors.get(&format!("{name}.bias"), &[DIM])?,
            })
        };
        let mut layers = Vec::with_capacity(LAYERS);
        for number in 0..LAYERS {
            let at = format!("encoder.layer.{number}");
            layers.push(Layer {
                query: linear(&format!("{at}.attention.self.query"), DIM, DIM)?,
                key: linear(&format!("{at}.attention.self.key"), DIM, DIM)?,
                value: linear(&format!("{at}.attention.self.value"), DIM, DIM)?,
                attended: linear(&format!("{at}.attention.output.dense"), DIM, DIM)?,
                attended_norm: norm(&format!("{at}.attention.output.LayerNorm"))?,
                wide: linear(&format!("{at}.intermediate.dense"), WIDE, DIM)?,
                narrow: linear(&format!("{at}.output.dense"), DIM, WIDE)?,
                narrow_norm: norm(&format!("{at}.output.LayerNorm"))?,
            });
        }
        Ok(Self {
            pieces: tensors.get("embeddings.word_embeddings.weight", &[PIECES, DIM])?,
            places: tensors.get("embeddings.position_embeddings.weight", &[PLACES, DIM])?,
            segment: &tensors.get("embeddings.token_type_embeddings.weight", &[2, DIM])?[..DIM],
            norm: norm("embeddings.LayerNorm")?,
            layers,
        })
    }
}

impl<'a> Tensors<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, WeightsError> {
        let head =
            bytes.first_chunk::<8>().ok_or(WeightsError::Format("shorter than its header"))?;
        let length = usize::try_from(u64::from_le_bytes(*head))
            .ok()
            .and_then(|length| length.checked_add(8))
            .filter(|end| *end <= bytes.len())
            .ok_or(WeightsError::Format("the header is longer than the file"))?;
        let table = serde_json::from_slice(&bytes[8..length]).map_err(WeightsError::Table)?;
        Ok(Self { table, numbers: &bytes[length..] })
    }

    fn get(&self, name: &str, shape: &[usize]) -> Result<&'a [f32], WeightsError> {
        let wrong = |problem| WeightsError::Tensor { name: name.to_owned(), problem };
        let entry = self.table.get(name).ok_or_else(|| wrong("absent"))?;
        if entry["dtype"] != "F32" {
            return Err(wrong("not of 32-bit floats"));
        }
        let found: Option<Vec<u64>> =
            entry["shape"].as_array().map(|dims| dims.iter().filter_map(Value::as_u64).collect());
        if found.as_deref() != Some(&shape.iter().map(|n| *n as u64).collect::<Vec<_>>()) {
            return Err(wrong("of another shape"));
        }
        let offset = |place: usize| entry["data_offsets"][place].as_u64().map(|n| n as usize);
        let bytes = offset(0)
            .zip(offset(1))
            .and_then(|(start, end)| self.numbers.get(start..end))
            .ok_or_else(|| wrong("outside the file"))?;
        let numbers: &[f32] = bytemuck::try_cast_slice(bytes).map_err(|_| wrong("not aligned"))?;
        if numbers.len() != shape.iter().product::<usize>() {
            return Err(wrong("of another length than its shape says"));
        }
        Ok(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(Weights::parse(bytes).unwrap_err().to_string(), expected);
    }

    #[test]
    fn foreign_and_damaged_files_are_refused_by_name() {
        check(b"", "the weights are not a safetensors file: shorter than its header");
        check(
            &u64::MAX.to_le_bytes(),
            "the weights are not a safetensors file: the header is longer than the file",
        );
        check(b"\x02\0\0\0\0\0\0\0[{", "the weights' table of tensors cannot be read");
        check(
            b"\x02\0\0\0\0\0\0\0{}",
            "the weights are of another model: tensor `encoder.layer.0.attention.self.query.weight` is absent",
        );
    }
}
