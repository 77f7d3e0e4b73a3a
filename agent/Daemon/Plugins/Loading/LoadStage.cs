namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>The steps from a folder to a working backend.</summary>
public enum LoadStage
{
    /// <summary>The folder was looked for.</summary>
    Discovery = 0,

    /// <summary>The manifest was read.</summary>
    Manifest,

    /// <summary>Owner and mode were looked at.</summary>
    Ownership,

    /// <summary>Files, hashes, and copies of the contract were looked at.</summary>
    Files,

    /// <summary>The contract's version was compared.</summary>
    Contract,

    /// <summary>The assembly file was read without running it.</summary>
    Image,

    /// <summary>What the assembly refers to was looked for.</summary>
    Dependencies,

    /// <summary>The assembly was loaded.</summary>
    Load,

    /// <summary>The factory was made.</summary>
    Factory,

    /// <summary>The options were looked at.</summary>
    Options,

    /// <summary>The backend was made.</summary>
    Create,

    /// <summary>The backend looked at its storage.</summary>
    Probe,

    /// <summary>The plugin was unloaded.</summary>
    Unload,
}
