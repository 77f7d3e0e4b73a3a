using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>A service as the store knows it.</summary>
/// <param name="Policy">What was chosen for it.</param>
public sealed record ServiceRecord(ServicePolicy Policy)
{
    /// <summary>What is wanted.</summary>
    public WantedState Wanted { get; init; }

    /// <summary>The node an operator sent it to; null: as placed.</summary>
    public NodeId? Target { get; init; }

    /// <summary>Who has it; null if the last one let go.</summary>
    public Tenure? Owner { get; init; }

    /// <summary>The newest epoch there was.</summary>
    public Epoch Epoch { get; init; }

    /// <summary>How far its owner is with it.</summary>
    public ServicePhase Phase { get; init; }

    /// <summary>Why it is so, for people.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who had it last.</summary>
    public NodeId? Last { get; init; }

    /// <summary>The epoch since which nobody but <see cref="Last"/> had it: what that node wrote since then is the newest there is.</summary>
    public Epoch LastSince { get; init; }

    /// <summary>Where it failed since it last ran, and how.</summary>
    public ImmutableSortedDictionary<string, string> FailedOn { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Where it was given up, until it ran there or an operator has looked: it does not go back there by itself.</summary>
    public ImmutableSortedDictionary<string, string> FailedBefore { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>How many times a node gave up on it since it last ran for long.</summary>
    public int Failures { get; init; }

    /// <summary>True if it failed too often: nobody takes it until an operator has looked.</summary>
    public bool IsGivenUp => Failures > Policy.MoveLimit;

    /// <summary>What the last owner let go of: whoever comes next must hold all of it. Null: it did not let go in order.</summary>
    public Offer? Handed { get; init; }

    /// <summary>What the last takeover lost at most.</summary>
    public TimeSpan Loss { get; init; }

    /// <summary>The node that it is kept for; null: any may have it.</summary>
    public NodeId? KeptFor { get; init; }

    /// <summary>True if it is kept even while that node is away.</summary>
    public bool IsKeptFirmly { get; init; }

    /// <summary>The epoch whose loss an operator accepts, whatever it is; zero: none. In a store that has forgotten some: the newest that it may have given.</summary>
    public Epoch LossAccepted { get; init; }

    /// <summary>What an operator accepted when the store had forgotten something of it; null: it never had.</summary>
    public Settlement? Settled { get; init; }

    /// <summary>The newest epoch that was reckoned with under its name before; zero: there is none.</summary>
    public Epoch Reckoned { get; init; }

    /// <summary>The same, but on some nodes it failed besides.</summary>
    /// <param name="nodes">Which, and why.</param>
    public ServiceRecord Without(ImmutableSortedDictionary<string, string> nodes) => nodes.IsEmpty ? this : this with { FailedOn = FailedOn.SetItems(nodes) };
}
