namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>A list of groups in an order that matters; nothing tells them apart but their place.</summary>
/// <param name="Name">The key.</param>
/// <param name="Doc">One or two sentences for the operator.</param>
/// <param name="Fields">The fields of an item.</param>
internal sealed record GroupListField(string Name, string Doc, IReadOnlyList<ConfigField> Fields) : ConfigField(Name, Doc);
