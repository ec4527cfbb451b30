//! The forward pass: six layers of attention and feed-forward, then the mean over all pieces.

use crate::DIM;
use crate::gemm::{View, multiply};
use crate::weights::{Layer, Linear, Norm, WIDE, Weights};

/// How many attention heads a layer has.
const HEADS: usize = 12;
/// The width of one head.
const HEAD: usize = DIM / HEADS;
/// Keeps a layer normalisation from dividing by zero; the model's own value.
const EPSILON: f32 = 1e-12;

pub(crate) fn encode(weights: &Weights<'_>, ids: &[u16]) -> [f32; DIM] {
    let n = ids.len();
    let mut x = vec![0.0; n * DIM];
    for (place, id) in ids.iter().enumerate() {
        let row = &mut x[place * DIM..(place + 1) * DIM];
        let piece = &weights.pieces[usize::from(*id) * DIM..][..DIM];
        let position = &weights.places[place * DIM..][..DIM];
        for (i, value) in row.iter_mut().enumerate() {
            *value = piece[i] + position[i] + weights.segment[i];
        }
    }
    normalise(&mut x, &weights.norm);
    let mut scratch = Scratch::new(n);
    for layer in &weights.layers {
        apply(layer, n, &mut x, &mut scratch);
    }
    let mut mean = [0.0; DIM];
    for row in x.chunks_exact(DIM) {
        for (sum, value) in mean.iter_mut().zip(row) {
            *sum += value;
        }
    }
    let length = mean.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-12);
    mean.map(|value| value / length)
}

/// Room for one layer's intermediate results, used by all layers in turn.
struct Scratch {
    query: Vec<f32>,
    key: Vec<f32>,
    value: Vec<f32>,
    scores: Vec<f32>,
    context: Vec<f32>,
    wide: Vec<f32>,
    out: Vec<f32>,
}

impl Scratch {
    fn new(n: usize) -> Self {
        Self {
            query: vec![0.0; n * DIM],
            key: vec![0.0; n * DIM],
            value: vec![0.0; n * DIM],
            scores: vec![0.0; n * n],
            context: vec![0.0; n * DIM],
            wide: vec![0.0; n * WIDE],
            out: vec![0.0; n * DIM],
        }
    }
}

fn apply(layer: &Layer<'_>, n: usize, x: &mut [f32], s: &mut Scratch) {
    linear(&layer.query, (n, DIM, DIM), x, &mut s.query);
    linear(&layer.key, (n, DIM, DIM), x, &mut s.key);
    linear(&layer.value, (n, DIM, DIM), x, &mut s.value);
    let scale = 1.0 / (HEAD as f32).sqrt();
    for head in 0..HEADS {
        let at = head * HEAD;
        let rows = View::rows(DIM).at(at);
        multiply(
            (n, HEAD, n),
            (&s.query, rows),
            (&s.key, View::transposed(DIM).at(at)),
            (&mut s.scores, View::rows(n)),
        );
        s.scores.chunks_exact_mut(n).for_each(|row| softmax(row, scale));
        multiply(
            (n, n, HEAD),
            (&s.scores, View::rows(n)),
            (&s.value, rows),
            (&mut s.context, rows),
        );
    }
    linear(&layer.attended, (n, DIM, DIM), &s.context, &mut s.out);
    add(x, &s.out);
    normalise(x, &layer.attended_norm);
    linear(&layer.wide, (n, DIM, WIDE), x, &mut s.wide);
    s.wide.iter_mut().for_each(|value| *value = gelu(*value));
    linear(&layer.narrow, (n, WIDE, DIM), &s.wide, &mut s.out);
    add(x, &s.out);
    normalise(x, &layer.narrow_norm);
}

/// `out` (n × to) = `x` (n × from) times the transposed weights, plus the bias.
fn linear(layer: &Linear<'_>, (n, from, to): (usize, usize, usize), x: &[f32], out: &mut [f32]) {
    multiply(
        (n, from, to),
        (x, View::rows(from)),
        (layer.weight, View::transposed(from)),
        (out, View::rows(to)),
    );
    for row in out.chunks_exact_mut(to) {
        add(row, layer.bias);
    }
}

fn add(x: &mut [f32], y: &[f32]) {
    for (a, b) in x.iter_mut().zip(y) {
        *a += b;
    }
}

fn normalise(x: &mut [f32], norm: &Norm<'_>) {
    for row in x.chunks_exact_mut(DIM) {
        let mean = row.iter().sum::<f32>() / DIM as f32;
        let variance = row.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / DIM as f32;
        let scale = 1.0 / (variance + EPSILON).sqrt();
        for (value, (gain, bias)) in row.iter_mut().zip(norm.gain.iter().zip(norm.bias)) {
            *value = (*value - mean) * scale * gain + bias;
        }
    }
}

fn softmax(row: &mut [f32], scale: f32) {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for value in row.iter_mut() {
        *value = ((*value - largest) * scale).exp();
        sum += *value;
    }
    for value in row.iter_mut() {
        *value /= sum;
    }
}

fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

/// The error function, within 1.5e-7 (Abramowitz and Stegun, 7.1.26).
fn erf(x: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let poly = ((((1.061_405_4 * t - 1.453_152) * t + 1.421_413_7) * t - 0.284_496_74) * t
        + 0.254_829_6)
        * t;
    let y = 1.0 - poly * (-x * x).exp();
    y.copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_function_is_close() {
        for (x, expected) in
            [(0.0, 0.0), (0.5, 0.520_499_9), (1.0, 0.842_700_8), (-2.0, -0.995_322_3), (5.0, 1.0)]
        {
            assert!((erf(x) - expected).abs() < 1e-6, "erf({x}) = {}", erf(x));
        }
    }

    #[test]
    fn softmax_sums_to_one_and_keeps_order() {
        let mut row = [1.0, 3.0, 2.0, -100.0];
        softmax(&mut row, 0.5);
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(row[1] > row[2] && row[2] > row[0] && row[0] > row[3]);
    }
}
