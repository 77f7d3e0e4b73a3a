using NodeAgent.Core.Nodes;

namespace NodeAgent.Daemon.Failover;

/// <summary>What carries effects out. Never blocks and never throws: each effect answers later, with an input.</summary>
internal interface IEffectExecutors
{
    /// <summary>Begins an effect.</summary>
    /// <param name="effect">What is to be done.</param>
    /// <param name="session">The stay that it was decided in; zero: none.</param>
    void Begin(NodeEffect effect, long session);
}
