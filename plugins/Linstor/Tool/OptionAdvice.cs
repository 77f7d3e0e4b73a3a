namespace NodeAgent.Plugins.LinstorBackend.Tool;

/// <summary>An option that could be better.</summary>
/// <param name="Setting">As it should be.</param>
/// <param name="Told">The same for people, with the reason.</param>
internal sealed record OptionAdvice(OptionSetting Setting, string Told);
