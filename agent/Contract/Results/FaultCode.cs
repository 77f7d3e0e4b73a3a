namespace NodeAgent.Contract;

/// <summary>What kind of outcome stands in the way. One taxonomy for all backends.</summary>
public enum FaultCode
{
    /// <summary>A bug: nothing else fits. Never used for an outcome that can be expected.</summary>
    Internal = 0,

    /// <summary>The request itself is wrong: name, size, option.</summary>
    InvalidArgument,

    /// <summary>The thing asked for was looked for and is not there.</summary>
    NotFound,

    /// <summary>Something of that name exists and differs from what was asked.</summary>
    AlreadyExists,

    /// <summary>The thing is open, held, cloned or mounted.</summary>
    InUse,

    /// <summary>Another operation on the same thing is under way.</summary>
    Busy,

    /// <summary>A precondition that the caller can mend is not met.</summary>
    PreconditionFailed,

    /// <summary>The grant's epoch is older than one that was durably seen.</summary>
    StaleEpoch,

    /// <summary>This node is not the unit's writer.</summary>
    NotWriter,

    /// <summary>The two copies have no common history, or both were written.</summary>
    Diverged,

    /// <summary>Carrying on would lose acknowledged writes.</summary>
    WouldLoseWrites,

    /// <summary>The old writer has not been proven gone.</summary>
    FenceRequired,

    /// <summary>No space left, or a quota reached.</summary>
    OutOfSpace,

    /// <summary>A size or offset outside what is possible; shrinking counts.</summary>
    OutOfRange,

    /// <summary>The backend does not offer this.</summary>
    Unsupported,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied,

    /// <summary>The tool or server that steers the storage cannot be reached. The data path may be fine.</summary>
    ControlPlaneUnavailable,

    /// <summary>The data itself cannot be read or written here.</summary>
    DataPathUnavailable,

    /// <summary>A peer cannot be reached on any path.</summary>
    PeerUnavailable,

    /// <summary>Stored bytes are not what they must be.</summary>
    Corruption,

    /// <summary>The deadline passed. The action may have happened: look before acting again.</summary>
    TimedOut,

    /// <summary>A tool or peer answered something that could not be understood.</summary>
    Unparseable,
}
