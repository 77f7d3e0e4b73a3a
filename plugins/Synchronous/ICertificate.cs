using NodeAgent.Contract;

namespace NodeAgent.Plugins.Synchronous;

/// <summary>What every certificate says, whatever else a backend puts into it. In the cluster store, as text.</summary>
/// <typeparam name="TSelf">The backend's certificate.</typeparam>
internal interface ICertificate<TSelf>
    where TSelf : class, ICertificate<TSelf>
{
    /// <summary>The node that may write.</summary>
    NodeId Writer { get; }

    /// <summary>The newest epoch in which it became or stayed that.</summary>
    Epoch Epoch { get; }

    string ToText();

    /// <summary>Reads it strictly: what is not understood whole is not believed at all.</summary>
    static abstract Outcome<TSelf> Parse(string what, string text);
}
