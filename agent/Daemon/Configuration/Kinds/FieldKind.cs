namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>A type of field: what may be written, and what it means.</summary>
internal abstract class FieldKind
{
    /// <summary>For the manual: "duration, 5s to 1d".</summary>
    public abstract string Rule { get; }

    /// <summary>Understands the text of a file.</summary>
    public abstract Parsed Parse(string text);

    /// <summary>The one way to write a value, so that 60s and 1m compare as equal.</summary>
    public virtual string Show(object value) => value.ToString() ?? string.Empty;
}
