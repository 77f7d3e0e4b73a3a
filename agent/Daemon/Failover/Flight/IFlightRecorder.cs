using NodeAgent.Contract;
using NodeAgent.Core.Nodes;

namespace NodeAgent.Daemon.Failover.Flight;

/// <summary>Keeps every input that changed something, so that an incident can be played again.</summary>
internal interface IFlightRecorder
{
    /// <summary>A loop begins. Never waits.</summary>
    void Begin(NodeSettings settings, NodeState state);

    /// <summary>An input was handled. Never waits.</summary>
    void Take(Instant now, NodeInput input, NodeState before, NodeDecision decision);
}
