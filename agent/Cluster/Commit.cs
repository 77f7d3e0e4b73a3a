using NodeAgent.Contract;

namespace NodeAgent.Cluster;

/// <summary>What became of a transaction.</summary>
/// <param name="Happened">Yes; No: it did not and never will; Unknown: it may have happened, or may yet.</param>
/// <param name="Revision">The store's revision then; zero if unknown.</param>
/// <param name="Found">If a condition did not hold: the keys of the conditions as they were; keys that were not there are missing.</param>
/// <param name="Fault">Why it is unknown, or why the store refused it; null if it happened or a condition did not hold.</param>
public sealed record Commit(Answer Happened, long Revision, IReadOnlyList<StoreEntry> Found, Fault? Fault)
{
    /// <summary>It happened.</summary>
    public static Commit Yes(long revision) => new(Answer.Yes, revision, [], null);

    /// <summary>A condition did not hold.</summary>
    public static Commit No(long revision, IReadOnlyList<StoreEntry> found) => new(Answer.No, revision, found, null);

    /// <summary>The store took it for wrong.</summary>
    public static Commit Refused(Fault fault) => new(Answer.No, 0, [], fault);

    /// <summary>Nobody knows.</summary>
    public static Commit Unknown(Fault fault) => new(Answer.Unknown, 0, [], fault);
}
