namespace NodeAgent.Plugins.CephBackend.Calls;

/// <summary>A native call that waits for a thread.</summary>
internal interface ICall
{
    /// <summary>Makes the call. Lets no exception out. True if who asked had given up while it ran.</summary>
    bool Run();
}
