using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>Finds the nodes that keep copies, and remembers what they last said.</summary>
public interface ICopyDirectory
{
    /// <summary>The node as a keeper of copies; a fault if it is no member.</summary>
    Outcome<ICopyHost> Find(NodeId peer);

    /// <summary>What the peer last said of its copy since this agent started; null if nothing.</summary>
    CopyReport? LastReport(UnitId unit, NodeId peer);

    /// <summary>Remembers what a peer said, and gives it back.</summary>
    CopyReport Remember(UnitId unit, NodeId peer, CopyReport report);

    /// <summary>Forgets what a peer said of the copy's completeness: the next cycle looks anew. The age of its data stays known.</summary>
    void Forget(UnitId unit, NodeId peer);
}
