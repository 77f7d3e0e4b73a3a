using System.Collections.Immutable;
using NodeAgent.Core.Leases;

namespace NodeAgent.Rehearsal.Plans;

/// <summary>A cluster and what is done to it: the same plan always gives the same run.</summary>
/// <param name="Nodes">The nodes.</param>
/// <param name="Services">The services.</param>
/// <param name="Happenings">What is done.</param>
public sealed record RehearsalPlan(ImmutableArray<NodePlan> Nodes, ImmutableArray<ServicePlan> Services, ImmutableArray<Happening> Happenings)
{
    /// <summary>All delays are drawn from it.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The timings of all nodes.</summary>
    public TimingChoice Choice { get; init; } = TimingChoice.Of(TimingChoice.DefaultStall);

    /// <summary>How long it runs.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a node boots.</summary>
    public TimeSpan Boot { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long disks may answer nothing before what runs on them counts as failed; what an agent has by itself.</summary>
    public TimeSpan HangLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>From when on nothing is broken any more and all must come to rest; null: that is not asked.</summary>
    public TimeSpan? CalmFrom { get; init; }
}
