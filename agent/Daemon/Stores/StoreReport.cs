using NodeAgent.Contract;

namespace NodeAgent.Daemon.Stores;

/// <summary>The cluster store as this node sees it.</summary>
/// <param name="Kind">"etcd", or "file" for a node alone.</param>
/// <param name="Agrees">Yes: a majority answered just now. Unknown: not from here.</param>
/// <param name="Members">Its members, or the file.</param>
/// <param name="Problem">Why it does not agree; null if it does.</param>
public sealed record StoreReport(string Kind, Answer Agrees, IReadOnlyList<StoreMemberLine> Members, string? Problem);
