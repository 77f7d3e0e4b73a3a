using NodeAgent.Contract;

namespace NodeAgent.Linux.Clocks;

/// <summary>This node's boot clock.</summary>
public interface IBootClock
{
    /// <summary>Now.</summary>
    Instant Now { get; }
}
