using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Nodes;

/// <summary>A service that this node has.</summary>
/// <param name="Epoch">Of its tenure.</param>
/// <param name="Phase">How far it is.</param>
/// <param name="Since">Since when, on this node's boot clock.</param>
public sealed record LocalService(Epoch Epoch, LocalPhase Phase, Instant Since)
{
    /// <summary>How often it was started again.</summary>
    public int Restarts { get; init; }

    /// <summary>How it failed here; null if it did not, or not since it last ran.</summary>
    public string? Failure { get; init; }

    /// <summary>Why it had better run on another node; null: it is well here. It moves in order or stays: it runs.</summary>
    public string? Unsuited { get; init; }

    /// <summary>True if it starts again here once it is stopped.</summary>
    public bool IsRestart { get; init; }

    /// <summary>Who gets it; null: whoever is best.</summary>
    public NodeId? Target { get; init; }

    /// <summary>The node that it would go back to by itself; null: there is none.</summary>
    public BetterNode? Better { get; init; }

    /// <summary>The node that it is kept for.</summary>
    public NodeId? KeptFor { get; init; }

    /// <summary>What its copy here ends with, once it is closed.</summary>
    public Offer? Handed { get; init; }

    /// <summary>Why it is being stopped, for people.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How many attempts to bring the target up to date failed.</summary>
    public int Attempts { get; init; }

    /// <summary>The nodes that could not be brought up to date, and why: the next attempt goes elsewhere if it can.</summary>
    public ImmutableSortedDictionary<string, string> Unready { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What the store was told last.</summary>
    public ServicePhase? Told { get; init; }
}
