using NodeAgent.Contract;

namespace NodeAgent.Core.Placement;

/// <summary>What would become of a service if its node died now.</summary>
/// <param name="Service">The service.</param>
/// <param name="Next">Who would have it; null if nobody.</param>
/// <param name="Loss">What would be lost at most; where a proof is waited for, if it comes before the lease would have ended.</param>
/// <param name="IsAutomatic">True if nobody has to do anything.</param>
/// <param name="Text">For people.</param>
public sealed record Prospect(string Service, NodeId? Next, TimeSpan Loss, bool IsAutomatic, string Text)
{
    /// <summary>About when another node takes it, at the latest; its start comes on top. Null: nobody can tell.</summary>
    public TimeSpan? Within { get; init; }
}
