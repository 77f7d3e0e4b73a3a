using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Daemon.Rehearsals;

/// <summary>A step by its word.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Needs">What has to be said with it.</param>
internal sealed record StepWord(HappeningKind Kind, StepNeeds Needs)
{
    /// <summary>What may be said with it, too. Anything else is wrong.</summary>
    public StepNeeds Takes { get; init; }

    /// <summary>True if it lasts until something ends it, unless it is said how long.</summary>
    public bool WithoutEnd { get; init; }

    /// <summary>What it does if another node is named.</summary>
    public HappeningKind? WithOther { get; init; }
}
