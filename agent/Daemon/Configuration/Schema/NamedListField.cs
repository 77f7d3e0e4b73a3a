namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>A list of groups that are told apart by the value of one field; files merge them by it.</summary>
/// <param name="Name">The key.</param>
/// <param name="Key">The field that tells the items apart: "name" or "id".</param>
/// <param name="Doc">One or two sentences for the operator.</param>
/// <param name="Fields">The fields of an item, with the key among them.</param>
internal sealed record NamedListField(string Name, string Key, string Doc, IReadOnlyList<ConfigField> Fields)
    : ConfigField(Name, Doc);
