using NodeAgent.Contract;
using NodeAgent.Core.Nodes;

namespace NodeAgent.Rehearsal.Running;

/// <summary>The decision core, or a wrong one that has to be caught.</summary>
public delegate NodeDecision Decider(NodeSettings settings, NodeState state, NodeInput input, Instant now);
