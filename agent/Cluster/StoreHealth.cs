using NodeAgent.Contract;

namespace NodeAgent.Cluster;

/// <summary>How the store is.</summary>
/// <param name="Agrees">Yes: a read through a majority worked just now. Unknown otherwise: a store out of reach may serve others.</param>
/// <param name="Members">One for each configured endpoint.</param>
/// <param name="Fault">Why it does not agree, as seen from here.</param>
public sealed record StoreHealth(Answer Agrees, IReadOnlyList<MemberHealth> Members, Fault? Fault);
