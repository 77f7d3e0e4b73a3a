namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>What a line of events2 is about.</summary>
internal enum EventObject
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A resource.</summary>
    Resource,

    /// <summary>A volume of a resource on this node.</summary>
    Device,

    /// <summary>A resource's connection to a peer.</summary>
    Connection,

    /// <summary>A volume of a resource on a peer.</summary>
    PeerDevice,

    /// <summary>A network path of a connection (9.x).</summary>
    Path,

    /// <summary>A handler program.</summary>
    Helper,
}
