namespace NodeAgent.Core.Nodes;

/// <summary>What this node does with a service that it has.</summary>
public enum LocalPhase
{
    /// <summary>Nothing yet.</summary>
    Taken = 0,

    /// <summary>Its units are being opened.</summary>
    Promoting,

    /// <summary>Its parts are being started.</summary>
    Starting,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>The copy of the node that gets it is brought up to date, while it runs.</summary>
    Preparing,

    /// <summary>Its parts are being stopped.</summary>
    Stopping,

    /// <summary>What was written last is sent, and its units are closed.</summary>
    Closing,

    /// <summary>Nothing of it runs here any more; the store is to be told.</summary>
    Closed,

    /// <summary>It would not stop, and is not to be taken for stopped.</summary>
    Stuck,
}
