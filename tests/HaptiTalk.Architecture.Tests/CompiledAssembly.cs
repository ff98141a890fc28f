using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace HaptiTalk.Architecture.Tests;

/// <summary>What a compiled assembly really uses and shows, read without loading it.</summary>
internal sealed record CompiledAssembly(IReadOnlyList<string> References, IReadOnlyList<string> PublicTypes)
{
    public static CompiledAssembly Read(Project project)
    {
        // One that cannot lie beside the others has a folder of its name.
        string folder = Path.Combine(AppContext.BaseDirectory, project.Name);
        using PEReader file = new(File.OpenRead(Path.Combine(
            Directory.Exists(folder) ? folder : AppContext.BaseDirectory, project.AssemblyName + ".dll")));
        MetadataReader metadata = file.GetMetadataReader();
        return new(
            [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))],
            [.. metadata.TypeDefinitions.Select(metadata.GetTypeDefinition).Where(IsPublic).Select(type => FullName(metadata, type))]);
    }

    private static bool IsPublic(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public;

    private static string FullName(MetadataReader metadata, TypeDefinition type) =>
        $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name).Split('`')[0]}";
}
