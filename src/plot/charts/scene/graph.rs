//! The world as columns of nodes and the ways of jobs between them.

use jiff::Zoned;

use super::words::Words;
use crate::model::Model;
use crate::plot::style::palette::{Tint, series};

/// Most nodes in a column.
const MOST_NODES: usize = 14;

/// Columns of nodes from left to right, and the ways between them.
pub(super) struct Graph {
    pub(super) columns: Vec<Column>,
    pub(super) edges: Vec<Edge>,
    /// Nodes for which there is no room.
    pub(super) left_out: usize,
}

/// Nodes of a kind.
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) nodes: Vec<Node>,
}

/// A box with its name and what is said about it.
pub(super) struct Node {
    pub(super) name: String,
    pub(super) notes: Vec<String>,
    /// Of a job class.
    pub(super) color: Option<Tint>,
}

/// A node by its column and its place in it.
pub(super) type At = (usize, usize);

/// A way from node to node, to the right.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Edge {
    pub(super) from: At,
    pub(super) to: At,
    /// That of the only job class on it.
    pub(super) color: Option<Tint>,
}

const CLASSES: usize = 0;
const DISPATCHERS: usize = 1;
const QUEUES: usize = 2;
const POOLS: usize = 3;
const PROVIDERS: usize = 4;

impl Graph {
    /// The graph of a model; columns without nodes are left out.
    pub(super) fn of(model: &Model, start: Option<&Zoned>) -> Self {
        let words = Words { model, start };
        let node = |(name, notes): (&String, Vec<String>)| Node { name: name.clone(), notes, color: None };
        let mut classes: Vec<Node> = model.classes().iter().map(|c| node((&c.name, words.class(c)))).collect();
        classes.iter_mut().enumerate().for_each(|(i, node)| node.color = Some(series(i)));
        let columns = [
            ("job classes", classes),
            ("dispatchers", model.dispatchers().iter().map(|d| node((&d.name, words.dispatcher(d)))).collect()),
            ("queues", model.queues().iter().map(|q| node((&q.name, words.queue(q)))).collect()),
            ("pools", model.pools().iter().map(|p| node((&p.name, words.pool(p)))).collect()),
            ("providers", model.providers().iter().map(|p| node((&p.name, words.provider(p)))).collect()),
        ];
        let mut columns: Vec<Column> = columns.map(|(title, nodes)| Column { title, nodes }).into();
        let left_out = columns.iter().map(|column| column.nodes.len().saturating_sub(MOST_NODES)).sum();
        columns.iter_mut().for_each(|column| column.nodes.truncate(MOST_NODES));
        let mut graph = Self { edges: merge(edges(model)), columns, left_out };
        graph.edges.retain(|edge| edge.from.1 < MOST_NODES && edge.to.1 < MOST_NODES);
        graph.drop_empty();
        graph
    }

    fn drop_empty(&mut self) {
        let kept: Vec<bool> = self.columns.iter().map(|column| !column.nodes.is_empty()).collect();
        let place = |column: usize| kept[..column].iter().filter(|kept| **kept).count();
        for edge in &mut self.edges {
            (edge.from.0, edge.to.0) = (place(edge.from.0), place(edge.to.0));
        }
        self.columns.retain(|column| !column.nodes.is_empty());
    }
}

/// Every way of every class, one by one.
fn edges(model: &Model) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (i, class) in model.classes().iter().enumerate() {
        let color = Some(series(i));
        let queue = (QUEUES, class.queue.index());
        let source = class.via.map_or((CLASSES, i), |via| (DISPATCHERS, via.index()));
        if source.0 == DISPATCHERS {
            edges.push(Edge { from: (CLASSES, i), to: source, color });
        }
        edges.push(Edge { from: source, to: queue, color });
        for pool in model.serving(class.queue).iter().map(|pool| (POOLS, pool.index())) {
            edges.push(Edge { from: queue, to: pool, color });
            let provider = class.fate.provider.map(|provider| (PROVIDERS, provider.index()));
            edges.extend(provider.map(|to| Edge { from: pool, to, color }));
        }
    }
    edges
}

/// Ways between the same nodes as one, without a colour where several classes share it.
fn merge(edges: Vec<Edge>) -> Vec<Edge> {
    let mut merged: Vec<Edge> = Vec::new();
    for edge in edges {
        match merged.iter_mut().find(|other| (other.from, other.to) == (edge.from, edge.to)) {
            Some(other) if other.color != edge.color => other.color = None,
            Some(_) => {}
            None => merged.push(edge),
        }
    }
    merged
}
