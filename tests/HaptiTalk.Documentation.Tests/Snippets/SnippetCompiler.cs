using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HaptiTalk.Documentation.Tests;

/// <summary>Compiles a snippet against all that this test program refers to.</summary>
internal static class SnippetCompiler
{
    private const string GlobalUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Threading;
        global using System.Threading.RateLimiting;
        global using System.Threading.Tasks;
        global using HaptiTalk.Contracts;
        global using HaptiTalk.Documentation.Tests;
        global using HaptiTalk.Messaging.Resilience;
        global using MassTransit;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Diagnostics.HealthChecks;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Logging;
        global using OpenTelemetry.Metrics;
        global using OpenTelemetry.Trace;
        global using Polly;
        """;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>What the compiler has against it.</summary>
    public static IEnumerable<string> Compile(string code, CancellationToken cancellationToken)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Snippet",
            [Parse(GlobalUsings, cancellationToken), Parse(code, cancellationToken)],
            References,
            new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

        return compilation.GetDiagnostics(cancellationToken)
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .Select(diagnostic => diagnostic.ToString());
    }

    private static SyntaxTree Parse(string code, CancellationToken cancellationToken) =>
        CSharpSyntaxTree.ParseText(code, new(LanguageVersion.Latest), cancellationToken: cancellationToken);
}
