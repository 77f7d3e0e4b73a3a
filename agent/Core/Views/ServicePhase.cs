namespace NodeAgent.Core.Views;

/// <summary>How far a service is. Source: the design, "Services".</summary>
public enum ServicePhase
{
    /// <summary>It does not run, and shall not.</summary>
    Stopped = 0,

    /// <summary>A node has it and has done nothing with it yet.</summary>
    Placing,

    /// <summary>Its units are opened for writing.</summary>
    Promoting,

    /// <summary>Its parts are started, in order.</summary>
    Starting,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>Its parts are stopped in reverse, and its units closed.</summary>
    Stopping,

    /// <summary>It shall run and cannot yet; the reason says why.</summary>
    Waiting,

    /// <summary>It failed too often, or would not stop: an operator has to look.</summary>
    Error,

    /// <summary>It is left as it is.</summary>
    Unmanaged,
}
