using NodeAgent.Contract;

namespace NodeAgent.Simulation.Nodes;

/// <summary>A node's agent died here. Nothing of that agent may catch it.</summary>
public sealed class KilledException(NodeId node, string point) : Exception($"{node} was killed {point}")
{
    /// <summary>Who died.</summary>
    public NodeId Node => node;
}
