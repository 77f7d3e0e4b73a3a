using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>What a node's own copy of a service's units is worth, as it saw itself.</summary>
/// <param name="Epoch">The epoch of the newest whole snapshot.</param>
/// <param name="Position">Its number; with several units their sum. Compares copies of one service, and means nothing else.</param>
/// <param name="Age">How old the data was when this was said, at most.</param>
public sealed record Offer(Epoch Epoch, long Position, TimeSpan Age) : IComparable<Offer>
{
    /// <summary>The writer's own data: nothing is newer in its epoch.</summary>
    public static Offer Head(Epoch epoch) => new(epoch, long.MaxValue, TimeSpan.Zero);

    /// <summary>
    /// A copy that the storage keeps itself, and knows to hold everything acknowledged in the epoch. Not a head: whoever has
    /// such a copy may go on with it, whoever wrote last.
    /// </summary>
    public static Offer InSync(Epoch epoch) => new(epoch, long.MaxValue - 1, TimeSpan.Zero);

    /// <summary>True for <see cref="Head"/>.</summary>
    public bool IsHead => Position == long.MaxValue;

    /// <summary>True for <see cref="InSync"/>.</summary>
    public bool IsInSync => Position == long.MaxValue - 1;

    /// <inheritdoc/>
    public int CompareTo(Offer? other) => other is null ? 1 : (Epoch, Position).CompareTo((other.Epoch, other.Position));
}
