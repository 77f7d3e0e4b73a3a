namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>Properties of our own on the pool.</summary>
internal static class Keys
{
    /// <summary>The newest epoch in which the pool was opened: for people, the certificate counts.</summary>
    public const string Epoch = "io.nodeagent:epoch";
}
