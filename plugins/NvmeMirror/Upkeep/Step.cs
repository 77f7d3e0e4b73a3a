using NodeAgent.Plugins.NvmeMirrorBackend.Initiators;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

/// <summary>What a step of the upkeep saw. Replaced as a whole: it is read while the next one runs.</summary>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Paths">The paths to the peer's drives; null on a node that does not write.</param>
/// <param name="View">The pool; null if it was not looked at.</param>
internal sealed record Step(DateTimeOffset At, IReadOnlyList<DrivePath>? Paths, PoolView? View);
