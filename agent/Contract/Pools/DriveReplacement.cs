namespace NodeAgent.Contract;

/// <summary>A drive that is to be replaced.</summary>
/// <param name="Drive">The drive, as the storage names it: the PARTUUID of its partition.</param>
/// <param name="With">The empty drive of the same node that takes its place, named the same way.</param>
public sealed record DriveReplacement(string Drive, string With);
