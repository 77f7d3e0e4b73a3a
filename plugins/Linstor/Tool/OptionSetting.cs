namespace NodeAgent.Plugins.LinstorBackend.Tool;

/// <summary>An option as it should be, that the kernel takes while a resource is in use.</summary>
/// <param name="Section">Where drbd.conf has it: "net", "disk" or "options".</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, in the unit of drbd.conf.</param>
internal sealed record OptionSetting(string Section, string Name, string Value)
{
    public override string ToString() => $"{Section} {Name} {Value}";
}
