using NodeAgent.Core.Views;

namespace NodeAgent.Rehearsal.Reports;

/// <summary>A node at the end of a rehearsal.</summary>
/// <param name="Name">The node.</param>
/// <param name="IsOn">True if it has power and is booted.</param>
/// <param name="Standing">How it stands.</param>
/// <param name="Lease">What it may still do by itself.</param>
public sealed record NodeEnd(string Name, bool IsOn, NodeStanding Standing, LeaseEnd Lease)
{
    /// <summary>True if it has power and is not up yet.</summary>
    public bool IsBooting { get; init; }

    /// <summary>True for a box that only votes: it has no stay and no lease.</summary>
    public bool IsWitness { get; init; }
}
