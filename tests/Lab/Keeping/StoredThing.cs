namespace NodeAgent.Lab.Keeping;

/// <summary>An image or a saved state of nodes in the lab's cache.</summary>
/// <param name="Folder">Where it is; also its identity.</param>
/// <param name="Kind">What it is one of: images, golden states, states prepared in one way. The newest of each kind are kept.</param>
/// <param name="UsedAt">When it was made or nodes were last started from it.</param>
/// <param name="StandsOn">Folders of what its disks refer to.</param>
/// <param name="IsInUse">True: a lab that runs, or is claimed, has disks on it.</param>
public sealed record StoredThing(string Folder, string Kind, DateTime UsedAt, IReadOnlyList<string> StandsOn, bool IsInUse = false);
