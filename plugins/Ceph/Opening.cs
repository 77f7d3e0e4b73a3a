namespace NodeAgent.Plugins.CephBackend;

/// <summary>How a writer opens volumes.</summary>
internal enum Opening
{
    /// <summary>As block devices of the kernel.</summary>
    Kernel = 0,

    /// <summary>Held exclusively by the agent's own process; there is no device.</summary>
    Library,
}
