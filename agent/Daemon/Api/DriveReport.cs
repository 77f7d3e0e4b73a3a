using NodeAgent.Contract;

namespace NodeAgent.Daemon.Api;

/// <summary>What replacing a drive means, or how far it is.</summary>
/// <param name="Backend">Whose drive it is.</param>
/// <param name="Drive">The drive.</param>
/// <param name="With">The one that takes its place.</param>
/// <param name="Plan">What the backend says.</param>
/// <param name="IsOrdered">True: it was ordered, now or before.</param>
public sealed record DriveReport(BackendId Backend, string Drive, string With, DriveReplacementPlan Plan, bool IsOrdered);
