namespace NodeAgent.Lab.Keeping;

/// <summary>What is kept in the lab's cache, besides what is in use.</summary>
/// <param name="Newest">So many of each kind.</param>
/// <param name="UsedWithin">What was used so lately.</param>
public sealed record PrunePolicy(int Newest, TimeSpan UsedWithin)
{
    /// <summary>One that is about to start nodes from a state has said so, and has no disk on it yet.</summary>
    public static readonly TimeSpan JustUsed = TimeSpan.FromMinutes(30);

    /// <summary>What every lab does when it begins.</summary>
    public static PrunePolicy Usual { get; } = new(2, TimeSpan.FromDays(1));
}
