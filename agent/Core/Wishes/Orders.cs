namespace NodeAgent.Core.Wishes;

/// <summary>What an operator can ask of the cluster.</summary>
public enum Orders
{
    /// <summary>A service shall run.</summary>
    Start = 0,

    /// <summary>A service shall not run.</summary>
    Stop,

    /// <summary>A service is left as it is.</summary>
    Ignore,

    /// <summary>A service shall go to a node.</summary>
    Move,

    /// <summary>A service may be promoted whatever is lost.</summary>
    AcceptLoss,

    /// <summary>A service that failed is tried again everywhere.</summary>
    Reset,

    /// <summary>A service is no more: its units belong to none.</summary>
    Forget,

    /// <summary>A node shall be empty.</summary>
    Drain,

    /// <summary>A node may have services again.</summary>
    Undrain,

    /// <summary>A node is off: the operator has seen it.</summary>
    ConfirmDead,

    /// <summary>Takeovers do not happen by themselves.</summary>
    Disarm,

    /// <summary>Takeovers happen by themselves.</summary>
    Arm,
}
