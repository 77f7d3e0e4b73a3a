using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Tool;

/// <summary>What a fragment of an error message of zfs or zpool means. Seen on 2.3.9; order matters, first hit wins.</summary>
/// <param name="Fragment">Part of the message.</param>
/// <param name="Code">What it is in the contract's taxonomy.</param>
/// <param name="Why">The reason in our words.</param>
/// <param name="NextStep">What to do.</param>
/// <param name="Retry">When to try again.</param>
internal sealed record Says(string Fragment, FaultCode Code, string Why, string NextStep, Retry Retry)
{
    public static IReadOnlyList<Says> Known { get; } =
    [
        new("I/O is currently suspended", FaultCode.DataPathUnavailable, "the pool has suspended all I/O", "See 'zpool status', bring the devices back, then 'zpool clear'.", Retry.AfterFix),
        new("no such pool", FaultCode.DataPathUnavailable, "the pool is not imported on this node", "Import it: 'zpool import'.", Retry.AfterFix),
        new("modules cannot be auto-loaded", FaultCode.DataPathUnavailable, "the ZFS kernel module is not loaded", "Load it: 'modprobe zfs'.", Retry.AfterFix),
        new("modules are not loaded", FaultCode.DataPathUnavailable, "the ZFS kernel module is not loaded", "Load it: 'modprobe zfs'.", Retry.AfterFix),
        new("/dev/zfs", FaultCode.DataPathUnavailable, "the ZFS kernel module is not loaded or /dev/zfs cannot be opened", "Load it: 'modprobe zfs'.", Retry.AfterFix),
        new("permission denied", FaultCode.PermissionDenied, "ZFS does not let the agent do this", "Run the agent as root.", Retry.AfterFix),
        new("has been modified", FaultCode.Diverged, "the copy was written to since its newest snapshot", "Roll the copy back to its newest snapshot, then replicate again.", Retry.AfterFix),
        new("match incremental source", FaultCode.Diverged, "the copy's newest snapshot is not the one this increment starts at", "Roll the copy back to the newest common snapshot, then replicate again.", Retry.AfterFix),
        new("quota exceeded", FaultCode.OutOfSpace, "a quota is reached", "Raise the quota or free space.", Retry.AfterFix),
        new("out of space", FaultCode.OutOfSpace, "the pool has no space left", "Free space or add devices to the pool.", Retry.AfterFix),
        new("No space left", FaultCode.OutOfSpace, "the pool has no space left", "Free space or add devices to the pool.", Retry.AfterFix),
        new("used in the initial send no longer exists", FaultCode.NotFound, "the snapshot that the broken stream was made of is gone", "Discard the partial receive and start anew.", Retry.Never),
        new("resume token is corrupt", FaultCode.NotFound, "the resume token cannot be used", "Discard the partial receive and start anew.", Retry.Never),
        new("cannot resume send", FaultCode.NotFound, "the resume token cannot be used any more", "Discard the partial receive and start anew.", Retry.Never),
        new("incremental source", FaultCode.NotFound, "the start of the increment is not there", "Plan the replication again.", Retry.AfterLook),
        new("not an earlier snapshot", FaultCode.InvalidArgument, "the start of the increment is not older than its end", "Plan the replication again.", Retry.Never),
        new("contains partially-complete state", FaultCode.PreconditionFailed, "a receive broke off here and waits to be resumed", "Resume it with its token or discard it.", Retry.AfterLook),
        new("incomplete stream", FaultCode.PeerUnavailable, "the stream broke off; what arrived is kept", "Resume it with the token of the partial receive.", Retry.AfterLook),
        new("failed to read from stream", FaultCode.PeerUnavailable, "the stream broke off before anything arrived", "Send it again.", Retry.Later),
        new("bad magic number", FaultCode.Corruption, "what arrived is not a ZFS stream", "Look for what changes bytes between the nodes.", Retry.AfterFix),
        new("invalid stream", FaultCode.Corruption, "what arrived is not a valid ZFS stream", "Look for what changes bytes between the nodes.", Retry.AfterFix),
        new("must upgrade pool", FaultCode.Unsupported, "the pool here lacks a feature that the stream needs", "Upgrade the pool: 'zpool upgrade'.", Retry.AfterFix),
        new("it's being held", FaultCode.InUse, "a snapshot is held", "Release the hold, then try again.", Retry.AfterFix),
        new("dependent clones", FaultCode.InUse, "a snapshot has clones", "Delete the clones first.", Retry.AfterFix),
        new("clones of previous snapshots", FaultCode.InUse, "a newer snapshot has clones", "Delete the clones first.", Retry.AfterFix),
        new("has children", FaultCode.InUse, "something lies below it", "See 'zfs list -r'; move or destroy what the agent has not made.", Retry.AfterFix),
        new("is busy", FaultCode.InUse, "it is in use", "Stop what uses it, then try again.", Retry.AfterFix),
        new("already exists", FaultCode.AlreadyExists, "something of that name exists", "Choose another name or delete it.", Retry.Never),
        new("must specify -F to overwrite", FaultCode.AlreadyExists, "the copy exists and the stream is a whole one", "Plan the replication again; delete the copy if it shares no snapshot.", Retry.AfterLook),
        new("bookmark exists", FaultCode.AlreadyExists, "a bookmark of that name exists", "Choose another name or delete it.", Retry.Never),
        new("does not exist", FaultCode.NotFound, "it does not exist", "See 'zfs list -t all' for what there is.", Retry.AfterLook),
        new("could not find any snapshots", FaultCode.NotFound, "it does not exist", "See 'zfs list -t all' for what there is.", Retry.AfterLook),
        new("invalid property", FaultCode.InvalidArgument, "ZFS does not know a property", "Correct the properties.", Retry.Never),
        new("does not apply to datasets of this type", FaultCode.InvalidArgument, "a property does not fit this kind of volume", "Correct the properties.", Retry.Never),
        new("must be power of 2", FaultCode.InvalidArgument, "a property has an impossible value", "Correct the properties.", Retry.Never),
        new("must be a multiple of volume block size", FaultCode.OutOfRange, "the size is not a multiple of the block size", "Choose another size.", Retry.Never),
        new("must be one of", FaultCode.InvalidArgument, "a property has an impossible value", "Correct the properties.", Retry.Never),
        new("bad numeric value", FaultCode.InvalidArgument, "a property has an impossible value", "Correct the properties.", Retry.Never),
        new("key not loaded", FaultCode.PreconditionFailed, "the encryption key is not loaded", "Load it: 'zfs load-key'.", Retry.AfterFix),
        new("encryption key", FaultCode.PreconditionFailed, "the encryption key is not loaded", "Load it: 'zfs load-key'.", Retry.AfterFix),
        new("checksum mismatch", FaultCode.Corruption, "a checksum does not fit", "See 'zpool status -v'; scrub the pool.", Retry.AfterFix),
        new("I/O error", FaultCode.DataPathUnavailable, "the pool cannot read or write", "See 'zpool status -v'.", Retry.AfterFix),
        new("Input/output error", FaultCode.DataPathUnavailable, "the pool cannot read or write", "See 'zpool status -v'.", Retry.AfterFix),
        new("unrecognized command", FaultCode.Unsupported, "this version of ZFS is too old", "Install ZFS 2.3 or newer.", Retry.AfterFix),
        new("invalid option", FaultCode.Unsupported, "this version of ZFS is too old", "Install ZFS 2.3 or newer.", Retry.AfterFix),
    ];
}
