namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>One mirror: a partition on a drive here, and one on a drive of the peer. The GPT travels with the drive, so its PARTUUID is the same on both nodes.</summary>
/// <param name="Index">Its number, from 0: the ports of its two drives follow from it.</param>
/// <param name="Local">The partition on this node's drive.</param>
/// <param name="Remote">The partition on the peer's drive.</param>
internal sealed record DrivePair(int Index, Guid Local, Guid Remote);
