namespace NodeAgent.Daemon.Units;

/// <summary>An order to remove a copy that was left out, or whose unit is gone.</summary>
/// <param name="Unit">The unit, as an operator calls it.</param>
/// <param name="Peer">The node that holds the copy.</param>
/// <param name="Discard">True: also if it may hold what no other node has.</param>
public sealed record CopyRemoval(string Unit, string Peer, bool Discard);
