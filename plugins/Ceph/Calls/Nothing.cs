namespace NodeAgent.Plugins.CephBackend.Calls;

/// <summary>A call that does nothing.</summary>
internal sealed class Nothing : ICall
{
    public static readonly Nothing Instance = new();

    /// <inheritdoc/>
    public bool Run() => false;
}
